/** The PostgreSQL schema of every write side. */
export const WRITE_SCHEMA = 'write'
