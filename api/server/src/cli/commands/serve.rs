//! `serve`, and the serving that `demo` ends with.

use std::net::SocketAddr;
use std::sync::Arc;

use encours_services::{Deliverer, JobClock, NewPassword, Runner, Services, ServicesError};
use encours_sources::Courier;
use tokio::net::TcpListener;
use tokio::signal;
use tokio::sync::watch;
use tokio::time::timeout;

use super::companies::asking;
use crate::cli::args::ServeArgs;
use crate::cli::failure::Failure;
use crate::cli::terminal::say;
use crate::clock::Clock;
use crate::configuration::ServeSettings;
use crate::http::connections::{self, Limits};
use crate::http::metrics::Metrics;
use crate::http::{App, router};

/// `encours serve`.
pub async fn run(services: Services, args: ServeArgs, settings: &ServeSettings) -> Result<(), Failure> {
    let metrics = Metrics::default();
    let services = asking(services, &args.ask, Some(&metrics))?.sending(courier(settings)?);
    let listener = bind(settings.listen).await?;
    if let Some(NewPassword { user, password: Some(password) }) =
        services.create_first_administrator(Clock::System.now()).await?
    {
        say(format_args!("first start: log in as {} with {password}; it is shown this once", user.name));
    }
    say(format_args!("serving on http://{}", address(&listener, settings.listen)));
    serve(listener, App { metrics, ..App::new(services, Clock::System, settings.clone()) }).await
}

/// Who takes messages to webhooks, by the configuration.
///
/// # Errors
/// When no secure connections can be made on this machine.
pub fn courier(settings: &ServeSettings) -> Result<Courier, Failure> {
    Ok(Courier::new(settings.webhooks_may_be_private).map_err(ServicesError::from)?)
}

/// Listens on an address.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| Failure::Listen(address, error))
}

/// The address that was given, its port chosen by the system where it was 0.
pub fn address(listener: &TcpListener, asked: SocketAddr) -> SocketAddr {
    listener.local_addr().unwrap_or(asked)
}

/// Serves until ctrl-c or SIGTERM, says so at `/readyz` for a while, then lets open requests end, within reason. A second
/// signal ends the while.
pub async fn serve(listener: TcpListener, app: App) -> Result<(), Failure> {
    let (limits, notice, health) = (Limits::from(app.settings.as_ref()), app.settings.notice, app.health.clone());
    let told = async {
        told_to_stop().await;
        say("stopping");
    };
    let noticed = async {
        // That the time is over is as good as a second signal.
        let _ = timeout(notice, told_to_stop()).await;
    };
    let (stop, stopped) = watch::channel(());
    let clock = app.clock;
    let time: JobClock = Arc::new(move || clock.now());
    let runner = Runner::new(app.services.clone(), Arc::clone(&time), app.settings.nightly.clone())?;
    let deliverer = Deliverer::new(app.services.clone(), time)?;
    let messages = tokio::spawn(deliverer.run(stopped.clone()));
    let jobs = tokio::spawn(runner.run(stopped));
    connections::serve(listener, router(app), limits, health.announced(told, noticed)).await;
    drop(stop);
    let _ = tokio::join!(jobs, messages);
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
