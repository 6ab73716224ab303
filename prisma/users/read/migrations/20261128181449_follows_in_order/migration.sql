-- Only the log has the times: the projector reads its topics again, and writes those rows that differ. It comes first, since projectors lock it first.
TRUNCATE "projection_offset";

-- AlterTable
ALTER TABLE "follows" ADD COLUMN     "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT 'epoch'::timestamptz;

-- CreateIndex
CREATE INDEX "follows_followeeId_active_createdAt_id_idx" ON "follows"("followeeId", "active", "createdAt", "id");

-- CreateIndex
CREATE INDEX "follows_followerId_active_createdAt_id_idx" ON "follows"("followerId", "active", "createdAt", "id");
