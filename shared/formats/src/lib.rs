//! Data files as the source and export nodes of Modeler read and write them.
