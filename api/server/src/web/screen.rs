//! The language of a screen: asked for by `?lang=`, kept in a cookie, the configured one when nobody said anything.

use std::convert::Infallible;

use askama::Template;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use crate::words::Lang;

/// The language of pages for who has not chosen one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UsualLanguage(pub Lang);

/// What every page knows about the request that asked for it.
#[derive(Clone, Debug)]
pub struct Screen {
    /// The language.
    pub lang: Lang,
    /// This page in the other language.
    pub switch: String,
}

impl Screen {
    /// Reads language and address.
    pub fn of(uri: &Uri, headers: &axum::http::HeaderMap, usual: UsualLanguage) -> Self {
        let lang = asked(uri).or_else(|| Lang::of_cookie(headers)).unwrap_or(usual.0);
        let kept =
            uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang="));
        let query: Vec<&str> = kept.collect();
        let code = lang.other().code();
        let switch = match query.is_empty() {
            true => format!("{}?lang={code}", uri.path()),
            false => format!("{}?{}&lang={code}", uri.path(), query.join("&")),
        };
        Self { lang, switch }
    }

    /// Picks between two texts.
    pub fn t<'a>(&self, fr: &'a str, en: &'a str) -> &'a str {
        self.lang.pick(fr, en)
    }
}

fn asked(uri: &Uri) -> Option<Lang> {
    let mut pairs = uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == "lang").and_then(|(_, code)| Lang::from_code(code))
}

impl<S: Send + Sync> FromRequestParts<S> for Screen {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let usual = parts.extensions.get::<UsualLanguage>().copied().unwrap_or_default();
        Ok(Self::of(&parts.uri, &parts.headers, usual))
    }
}

/// Middleware: keeps the language that was asked for.
pub async fn remember(request: Request, next: Next) -> Response {
    let asked = asked(request.uri());
    let mut response = next.run(request).await;
    let cookie = asked.map(|lang| format!("lang={}; Path=/; Max-Age=31536000; SameSite=Lax", lang.code()));
    if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::try_from(cookie).ok()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// A page.
pub fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, "the page could not be rendered").into_response()
        }
    }
}
