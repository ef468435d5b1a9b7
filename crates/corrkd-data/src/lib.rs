//! Recipes, folds, alignment, cleaning, the aligned cache, samples, missingness and batches
