let placeholderLeveeTesting = 1
