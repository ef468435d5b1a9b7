//! The losses of the paper, one file each
