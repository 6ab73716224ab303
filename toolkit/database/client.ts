/** The parts of a Prisma client that the machinery uses; every generated client has them. */
export type Sql = {
  $queryRawUnsafe<Rows>(sql: string, ...values: unknown[]): PromiseLike<Rows>
  $executeRawUnsafe(sql: string, ...values: unknown[]): PromiseLike<number>
}

/** The part of it that queries use. */
export type Reads = Pick<Sql, '$queryRawUnsafe'>

export type WriteDatabase<Transaction extends Sql> = Sql & {
  $transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options: { isolationLevel?: 'ReadCommitted'; timeout: number; maxWait: number },
  ): Promise<Result>
}
