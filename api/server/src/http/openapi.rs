//! The description of the interface: OpenAPI 3.1 at `/openapi.json`, browsable at `/docs`.

use axum::Router;
use axum::http::header;
use axum::routing::get;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::App;
use super::problem::Problem;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Encours",
        description = "May we sell to this client, on what terms, and up to which limit? Amounts are decimals as text. \
                       Errors are problem documents (RFC 9457) with a stable `code`. Lists are paged by cursor. Storing \
                       the same assessment twice stores it once: its id is the hash of its inputs.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    components(schemas(Problem)),
    modifiers(&Keys),
    security(("key" = []))
)]
struct Description;

struct Keys;

impl Modify for Keys {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A key of `encours keys create NAME`: `enc_…`"))
            .build();
        document.components.get_or_insert_default().add_security_scheme("key", SecurityScheme::Http(scheme));
    }
}

/// What is described besides the routes.
pub fn described() -> Document {
    Description::openapi()
}

/// `/openapi.json`, written once.
pub fn route(document: Document) -> Router<App> {
    let json = serde_json::to_string(&document).unwrap_or_default();
    Router::new().route("/openapi.json", get(async move || ([(header::CONTENT_TYPE, "application/json")], json)))
}
