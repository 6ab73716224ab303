/** The parts of a Prisma client that the machinery uses; every generated client has them. */
export type Sql = {
  $queryRawUnsafe<Rows>(sql: string, ...values: unknown[]): PromiseLike<Rows>
  $executeRawUnsafe(sql: string, ...values: unknown[]): PromiseLike<number>
}

export type WriteDatabase<Transaction extends Sql> = Sql & {
  $transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options: { isolationLevel?: 'ReadCommitted'; timeout: number; maxWait: number },
  ): Promise<Result>
}

type PrismaFault = {
  code?: string
  meta?: { driverAdapterError?: { cause?: { originalCode?: string; constraint?: { index?: string } } } }
}

/** The SQLSTATE behind an error of Prisma's, when PostgreSQL gave one. */
export function sqlState(error: unknown): string | undefined {
  const { code, meta } = (error ?? {}) as PrismaFault
  return (
    meta?.driverAdapterError?.cause?.originalCode ??
    (code === 'P2034' ? '40001' : code === 'P2002' ? '23505' : undefined)
  )
}

/** The name of a violated unique index. */
export const violatedIndex = (error: unknown): string | undefined =>
  sqlState(error) === '23505' ? (error as PrismaFault).meta?.driverAdapterError?.cause?.constraint?.index : undefined
