//! The committed files, compiled in.

/// `sample/invoices.parquet`.
pub const INVOICES: &[u8] = include_bytes!("../sample/invoices.parquet");

/// `sample/payments.parquet`.
pub const PAYMENTS: &[u8] = include_bytes!("../sample/payments.parquet");

/// `sample/companies.csv`.
pub const COMPANIES: &[u8] = include_bytes!("../sample/companies.csv");

/// `sample/register.csv`: what a register would answer about companies that nobody has asked about yet.
pub const REGISTER: &[u8] = include_bytes!("../sample/register.csv");
