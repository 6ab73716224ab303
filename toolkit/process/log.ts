import { type Logger, pino } from 'pino'

export type Log = Logger

/** Writes JSON lines to standard output, each with the role that wrote it. */
export const createLog = (role: string, level: string): Log =>
  pino({
    level,
    base: { role },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  })
