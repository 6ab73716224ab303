/** The parts of a Prisma client that the machinery uses; every generated client has them. */
export type Sql = {
  $queryRawUnsafe<Rows>(sql: string, ...values: unknown[]): PromiseLike<Rows>
  $executeRawUnsafe(sql: string, ...values: unknown[]): PromiseLike<number>
}

/** What a query does with one. */
export type Reads = Pick<Sql, '$queryRawUnsafe'>

export type WriteDatabase<Transaction extends Sql> = Sql & {
  $transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options: { isolationLevel?: 'ReadCommitted'; timeout: number; maxWait: number },
  ): Promise<Result>
}

type AdapterFault = { kind?: string; originalCode?: string; constraint?: { index?: string } }
type PrismaFault = {
  code?: string
  /** Of the adapter's own error, as when no transaction could be opened. */
  cause?: AdapterFault
  meta?: { driverAdapterError?: { cause?: AdapterFault } }
}

/** What Prisma's adapter says of an error, with or without Prisma's own error around it. */
export function adapterFault(error: unknown): AdapterFault | undefined {
  const { meta, cause } = (error ?? {}) as PrismaFault
  return meta?.driverAdapterError?.cause ?? cause
}

/** The SQLSTATE behind an error of Prisma's, when PostgreSQL gave one. */
export function sqlState(error: unknown): string | undefined {
  const { code } = (error ?? {}) as PrismaFault
  return adapterFault(error)?.originalCode ?? (code === 'P2034' ? '40001' : code === 'P2002' ? '23505' : undefined)
}

/** The name of a violated unique index. */
export const violatedIndex = (error: unknown): string | undefined =>
  sqlState(error) === '23505' ? adapterFault(error)?.constraint?.index : undefined
