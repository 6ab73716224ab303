-- DropIndex
DROP INDEX "follows_followerId_idx";

-- DropIndex
DROP INDEX "follows_followeeId_idx";

-- CreateIndex
CREATE INDEX "follows_followerId_id_idx" ON "follows"("followerId", "id");

-- CreateIndex
CREATE INDEX "follows_followeeId_id_idx" ON "follows"("followeeId", "id");
