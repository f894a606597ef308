//! CLEM, the expression language of Modeler.
