/**
 * Whose fault it is that a batch could not be written. Data that PostgreSQL refuses (SQLSTATE classes 22 and 23) is
 * poison: it will be refused again. Everything else may pass.
 */
export const isPoison = (error: unknown): boolean =>
  /^2[23]/.test((error as { code?: unknown } | null)?.code?.toString() ?? '')
