//! HTTP in: pages, JSON API, live events.
