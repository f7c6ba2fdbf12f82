let placeholderLeveeWorker = 1
