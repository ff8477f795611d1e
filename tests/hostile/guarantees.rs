//! What the limits guarantee, under the limits as they are by default.
