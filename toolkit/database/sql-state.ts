type AdapterFault = { kind?: string; originalCode?: string; constraint?: { index?: string } }
type Fault = {
  /** An SQLSTATE in an error of pg, Prisma's own code in an error of Prisma. */
  code?: unknown
  /** Set in the adapter's own errors, for example when no transaction could be opened. */
  cause?: AdapterFault
  meta?: { driverAdapterError?: { cause?: AdapterFault } }
}

/** The adapter's error, with or without a Prisma error around it. */
export function adapterFault(error: unknown): AdapterFault | undefined {
  const { meta, cause } = (error ?? {}) as Fault
  return meta?.driverAdapterError?.cause ?? cause
}

/** The SQLSTATE of an error of pg or Prisma; undefined for other errors, such as a broken connection. */
export function sqlState(error: unknown): string | undefined {
  const { code } = (error ?? {}) as Fault
  const state = adapterFault(error)?.originalCode
  if (state !== undefined) return state
  if (code === 'P2034') return '40001'
  if (code === 'P2002') return '23505'
  // Prisma's codes start with P1 to P6, those of PL/pgSQL with P0. EPIPE and EBUSY are system errors.
  return typeof code === 'string' && /^(?!E|P[1-9])[0-9A-Z]{5}$/.test(code) ? code : undefined
}

/** The name of a violated unique index. */
export const violatedIndex = (error: unknown): string | undefined =>
  sqlState(error) === '23505' ? adapterFault(error)?.constraint?.index : undefined
