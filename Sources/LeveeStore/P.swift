let placeholderLeveeStore = 1
