//! temp
use encours_services::{Asked, AssessRequest, Moment, Services};
use std::time::Instant;
fn main() {
    let data = std::env::args().nth(1).unwrap();
    let rounds: usize = std::env::args().nth(2).and_then(|n| n.parse().ok()).unwrap_or(10);
    let dump = std::env::args().nth(3);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let services = Services::open(std::path::Path::new(&data), None).await.unwrap();
        let now = Moment::utc(chrono::Utc::now());
        let as_of = "2026-05-31".parse().unwrap();
        for round in 0..rounds {
            let started = Instant::now();
            let mut bytes = 0;
            let mut n = 0;
            for c in 1..=400usize {
                let mut r = AssessRequest::new(
                    Asked::Client(format!("C-{c:04}")),
                    format!("{}.{:02}", 100 + (c * 7919 + round * 104729) % 89900, c % 100),
                );
                r.terms_days = Some(u16::try_from((c * 31 + round * 17) % 61).unwrap());
                r.as_of = Some(as_of);
                let a = services.assess(r, now).await.unwrap();
                let j = a.to_json();
                bytes += j.len();
                if let Some(d) = &dump {
                    use std::io::Write;
                    let mut f = std::fs::OpenOptions::new().append(true).create(true).open(d).unwrap();
                    writeln!(f, "{j}").unwrap();
                }
                n += 1;
            }
            let e = started.elapsed();
            println!("{round}: {:.1} us per answer, {} bytes mean", e.as_secs_f64() * 1e6 / n as f64, bytes / n);
        }
    });
}
