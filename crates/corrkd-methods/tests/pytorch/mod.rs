//! Ten optimizer steps of each method from nothing but the seed, and CorrKD's networks, against PyTorch, from the golden files in
//! the methods' folders.

mod corrkd;
mod cubemlp;
mod dmd;
mod gcnet;
mod mctn;
mod network;
mod selfmm;
mod smil;
mod transm;
