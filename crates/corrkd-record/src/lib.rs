//! What a run leaves behind: events, result, predictions, and how runs/ is laid out
