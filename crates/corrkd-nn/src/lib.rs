//! Layers that carry gradients, parameters, initial values and the optimizer
