/** Every database side there is, and the name its database has where this project makes it. */
export const databases = [
  { service: 'users', side: 'write', database: 'users', schema: 'write' },
  { service: 'users', side: 'read', database: 'users', schema: 'read_1' },
  { service: 'posts', side: 'write', database: 'posts_write', schema: 'write' },
  { service: 'posts', side: 'read', database: 'posts_read', schema: 'read_1' },
  { service: 'comments', side: 'write', database: 'comments_write', schema: 'write' },
  { service: 'comments', side: 'read', database: 'comments_read', schema: 'read_1' },
] as const

export type DatabaseSide = (typeof databases)[number]

/** A url for each side, named `<service>.<side>`. */
export type DatabaseUrls = Readonly<Record<`${DatabaseSide['service']}.${DatabaseSide['side']}`, string>>
