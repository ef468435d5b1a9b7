//! Computational sequences of the CMU Multimodal SDK: read, write, check
