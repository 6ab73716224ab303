-- AlterTable
ALTER TABLE "posts" ADD COLUMN     "hidden" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "hiddenReason" TEXT NOT NULL DEFAULT '';

-- CreateIndex
CREATE INDEX "posts_publishedAt_id_hidden_idx" ON "posts"("publishedAt", "id") WHERE ("hidden" = true);
