//! What the fuzz targets share. Nothing here uses the library's logic: `model` says what hooks and states are by
//! serde_json alone, `c` calls C functions with buffers that see what is written where.

pub mod c;
pub mod model;
