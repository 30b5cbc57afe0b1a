//! Gates over small grids.
