//! Streams of cases, and what is wrong with them.
