//! `serve`, and the serving that `demo` ends with.

use std::net::SocketAddr;

use encours_services::Services;
use tokio::net::TcpListener;
use tokio::signal;

use super::companies::asking;
use crate::cli::args::ServeArgs;
use crate::cli::failure::Failure;
use crate::cli::terminal::say;
use crate::clock::Clock;
use crate::configuration::ServeSettings;
use crate::http::connections::{self, Limits};
use crate::http::{App, router};

/// `encours serve`.
pub async fn run(services: Services, args: ServeArgs, settings: &ServeSettings) -> Result<(), Failure> {
    let services = asking(services, &args.ask)?;
    let listener = bind(settings.listen).await?;
    if services.keys().await?.iter().all(|key| key.revoked_at.is_some()) {
        say("no key is valid yet: `encours keys create NAME` makes one");
    }
    say(format_args!("serving on http://{}", address(&listener, settings.listen)));
    serve(listener, App::new(services, Clock::System, settings.clone())).await
}

/// Listens on an address.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| Failure::Listen(address, error))
}

/// The address that was given, its port chosen by the system where it was 0.
pub fn address(listener: &TcpListener, asked: SocketAddr) -> SocketAddr {
    listener.local_addr().unwrap_or(asked)
}

/// Serves until ctrl-c or SIGTERM, then lets open requests end, within reason.
pub async fn serve(listener: TcpListener, app: App) -> Result<(), Failure> {
    let graceful = async {
        told_to_stop().await;
        say("stopping");
    };
    let limits = Limits::from(app.settings.as_ref());
    connections::serve(listener, router(app), limits, graceful).await;
    Ok(())
}

#[cfg(unix)]
async fn told_to_stop() {
    let terminated = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => terminate.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = signal::ctrl_c() => {}
        _ = terminated => {}
    }
}

#[cfg(not(unix))]
async fn told_to_stop() {
    let _ = signal::ctrl_c().await;
}
