// Result<T, E>: a value or a refusal, for outcomes that are normal here (no money, router away).
// The method names are those of std::expected, so that one day an alias can take its place.
// Broken infrastructure is an exception, a bug is an ENSURE; neither is a Result.
#pragma once

#include "core/check.hpp"

#include <utility>
#include <variant>

namespace mnara {

template <class E> struct Unexpected
{
    E error;
};

// `return refuse(Error::NoMoney);`
template <class E> [[nodiscard]] Unexpected<std::decay_t<E>> refuse(E&& error)
{
    return {std::forward<E>(error)};
}

template <class T, class E> class [[nodiscard]] Result
{
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    template <class F>
    Result(Unexpected<F> refused) : state_(std::in_place_index<1>, std::move(refused.error))
    {
    }

    [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    [[nodiscard]] T& value() &
    {
        ENSURE(has_value());
        return std::get<0>(state_);
    }
    [[nodiscard]] const T& value() const&
    {
        ENSURE(has_value());
        return std::get<0>(state_);
    }
    [[nodiscard]] T&& value() &&
    {
        ENSURE(has_value());
        return std::get<0>(std::move(state_));
    }
    [[nodiscard]] const E& error() const
    {
        ENSURE(!has_value());
        return std::get<1>(state_);
    }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

private:
    std::variant<T, E> state_;
};

// The value of a Result that only says whether it was done.
struct Done
{
};

} // namespace mnara
