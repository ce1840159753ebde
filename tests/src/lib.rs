//! Tests that cross rooms. `tidy` reads the repository itself: the walls between rooms, the lists that documents repeat,
//! the habits that no compiler checks. `program` runs the built binary from outside: bad input, one answer on the
//! command line and over HTTP, the demonstration, the back-test. `./tests/run` runs every test there is.
