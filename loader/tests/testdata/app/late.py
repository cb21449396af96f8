WHO = "archived"
