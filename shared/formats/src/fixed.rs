//! Fixed-width text: what the Fixed File node reads.
