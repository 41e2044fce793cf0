//! The OpenAPI document, made from the handlers themselves; a snapshot test shows every change of it.

use axum::Json;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{cases, desk, health, ingest, mentions, operations, replies};

#[derive(OpenApi)]
#[openapi(
    info(title = "Gehoor", description = "Public complaints, ranked, with their clocks and promises. Kept stable under /api/v1.", version = "1", license(name = "MIT OR Apache-2.0")),
    paths(cases::list, cases::one, desk::command, desk::many, desk::present, desk::presence, replies::list, replies::offer, replies::act, replies::many, replies::waiting, desk::next, desk::promises, desk::workload, mentions::list, operations::sources, operations::outbox, operations::alerts, ingest::ingest, ingest::confirm, ingest::hook, health::ready),
    modifiers(&Bearer),
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        document.components.get_or_insert_default().add_security_scheme("bearer", scheme);
    }
}

/// `GET /api/v1/openapi.json`.
pub(crate) async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(Document::openapi())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interface_for_programs_changes_only_on_purpose() {
        insta::assert_json_snapshot!(Document::openapi());
    }
}
