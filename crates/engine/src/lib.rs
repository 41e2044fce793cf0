//! Every loop, the clock, the ids, the commands and the queries.
