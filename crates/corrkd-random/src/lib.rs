//! Named random streams: every draw is a pure function of a seed, a name and a position
