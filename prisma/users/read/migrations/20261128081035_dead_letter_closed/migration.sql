-- CreateIndex
CREATE INDEX "dead_letter_closedAt_idx" ON "dead_letter"("closedAt");
