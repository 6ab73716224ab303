import type { ProjectorConfig } from '#cqrs/roles/config.ts'
import { projectorRole } from '#cqrs/roles/projector.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import type { Log } from '#toolkit/process/log.ts'
import { service } from '../service.ts'
import { readModel, writeSide } from '../wiring.ts'

/** blog.users.v1, blog.follows.v1 → read tables */
export function projector(config: ProjectorConfig<typeof service>, log: Log): Part[] {
  const { owned, close } = writeSide(config.WRITE_DATABASE_URL)
  return projectorRole({ service: service.name, config, log, read: { ...readModel, owned }, close })
}
