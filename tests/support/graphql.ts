/** A GraphQL reply over HTTP, as a client sees it. */
export type Reply<Data> = {
  readonly status: number
  readonly data?: Data
  readonly errors?: readonly {
    readonly message: string
    readonly path?: readonly (string | number)[]
    readonly extensions?: Record<string, unknown>
  }[]
  readonly extensions?: Record<string, unknown>
}

/** Sends GraphQL requests over HTTP to one endpoint. */
export const graphqlClient =
  (url: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: tests assert the shape of a reply; a type would repeat it
  async <Data = any>(
    query: string,
    variables: object = {},
    headers: Record<string, string> = {},
  ): Promise<Reply<Data>> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    })
    return { status: response.status, ...((await response.json()) as object) }
  }
