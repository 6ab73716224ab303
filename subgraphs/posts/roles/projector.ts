import type { ProjectorConfig } from '#cqrs/roles/config.ts'
import { projectorRole } from '#cqrs/roles/projector.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import type { Log } from '#toolkit/process/log.ts'
import { service } from '../service.ts'
import { readModel, references, writeSide } from '../wiring.ts'

/** blog.users.v1, blog.follows.v1, blog.posts.v1, blog.favorites.v1, blog.comments.v1 → read tables; blog.users.v1 → references */
export function projector(config: ProjectorConfig<typeof service>, log: Log): Part[] {
  const { owned, close } = writeSide(config.WRITE_DATABASE_URL)
  return projectorRole({ service: service.name, config, log, read: { ...readModel, owned }, references, close })
}
