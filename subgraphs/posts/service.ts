import { defineService } from '#cqrs/roles/service.ts'

export const service = defineService({
  name: 'posts',
  ports: { api: 4002, relay: 4012, projector: 4022 },
  databases: { write: 'posts_write', read: 'posts_read' },
  generations: ['read_1'],
})
