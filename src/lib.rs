//! The façade to embed.
