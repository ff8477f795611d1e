//! The graph drawn: DOT, Mermaid, JSON.
