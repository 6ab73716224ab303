import type { Sql } from '#toolkit/database/client.ts'
import { sql } from '#toolkit/database/sql-template.ts'
import { posts, type Reader, type SeenPost, seen } from './seen-posts.ts'

/** The post with this slug, else the newest post that had it, with its body. */
export async function postBySlug(read: Sql, reader: Reader, slug: string): Promise<SeenPost | null> {
  const { columns, from, where } = posts(
    reader,
    sql`(p.slug = ${slug} OR p."formerSlugs" @> ARRAY[${slug}]) AND ${seen(reader)}`,
  )
  const { text, values } =
    sql`SELECT ${columns}, p.body FROM ${from} WHERE ${where} ORDER BY p.slug = ${slug} DESC, p.id DESC LIMIT 1`
  const [row] = await read.$queryRawUnsafe<SeenPost[]>(text, ...values)
  return row ?? null
}
