//! Scores of sentiment analysis over plain slices
