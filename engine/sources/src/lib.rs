#![forbid(unsafe_code)]
#![warn(missing_docs)]
//! The sources: public registers and data services, asked over the network.
//!
//! The room exists so that its walls do; **no provider is in it yet**. Facts of the public record come from a file
//! today (`encours companies import FILE`), read by [`encours_domain::reader::read_facts`].
//!
//! What it will hold: one folder for each provider, all of the same shape. A client that asks politely, slowly and
//! resumably, and turns what it was answered into [`encours_domain::fact::Fact`]s, each with the day from which it holds,
//! the day on which it became public, who said so and the hash of the raw answer, which is kept. An unknown remote word is
//! told and never guessed. Each provider is tested against recorded answers: the good one, the time-out, the refusal to
//! serve, the truncated body, the renamed field, the stale page.
//!
//! **Absent here**, and to stay absent: scores, policy and law (a source knows what was published, not what it means),
//! the ledger, polars, and any database. Only the vocabulary of `encours-domain` is known.
