//! The promises of the policy room, on cases and over generated evidence.

mod cases;
mod forms;
mod further;
mod generated;
mod held_back;
mod support;
mod table;
