// One include for Catch2 version 2 and 3. Test names hold no ';': version 2 splits them there.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
