//! Code that the fuzz targets share. It uses none of the library's logic: `model` defines hooks and states with
//! serde_json alone, `c` calls C functions with buffers that detect every write.

pub mod c;
pub mod model;
