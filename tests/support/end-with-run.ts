/** A worker whose run is gone ends, and with it every process that it started. */
process.once('disconnect', () => process.exit(1))
