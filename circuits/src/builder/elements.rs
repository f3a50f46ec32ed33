//! Field elements: conversion, products, quotients, equality and hashes.

use ethnum::I256;
use tailproof_verifier::commitment::HASH_INPUTS;

use super::{Builder, NumOf, laid_out};
use crate::error::{Built, SynthesisError};
use crate::instructions::{Instructions, Label, Limbs};

impl<B: Instructions> Builder<'_, B> {
    /// Returns an integer as an element.
    pub fn element(&self, integer: &NumOf<B>) -> B::Element {
        self.backend.to_element(&integer.expression)
    }

    /// Returns the element zero.
    pub fn zero_element(&self) -> B::Element {
        self.backend.to_element(&self.backend.constant(I256::ZERO))
    }

    /// Adds `factor * other` to `into`.
    pub fn accumulate(&self, into: &mut B::Element, other: &B::Element, factor: I256) {
        self.backend.element_add_scaled(into, other, factor);
    }

    /// Returns a new witness without a constraint, whose canonical integer is `value`.
    ///
    /// # Errors
    /// If the backend cannot lay it out.
    pub fn element_witness(&mut self, label: Label, value: Limbs) -> Built<B, B::Element> {
        laid_out::<B, _>(self.backend.element_witness(label, value))
    }

    /// Returns a new witness that is the product of two elements: one constraint.
    ///
    /// # Errors
    /// If the backend cannot lay it out.
    pub fn element_product(&mut self, label: Label, left: &B::Element, right: &B::Element) -> Built<B, B::Element> {
        laid_out::<B, _>(self.backend.element_product(label, left, right))
    }

    /// Constrains the product of two elements to be zero.
    ///
    /// # Errors
    /// If the backend cannot lay it out.
    pub fn assert_zero_product(&mut self, label: Label, left: &B::Element, right: &B::Element) -> Built<B, ()> {
        let zero = self.zero_element();
        laid_out::<B, _>(self.backend.element_assert_product(label, left, right, &zero))
    }

    /// Returns a new witness whose product with `denominator` is `numerator`: the quotient, or any
    /// element if both are zero.
    ///
    /// # Errors
    /// If the backend cannot lay it out.
    pub fn element_quotient(
        &mut self,
        label: Label,
        numerator: &B::Element,
        denominator: &B::Element,
    ) -> Built<B, B::Element> {
        let value = self.backend.element_quotient_value(numerator, denominator);
        let quotient = self.element_witness(label, value)?;
        laid_out::<B, _>(self.backend.element_assert_product(label, &quotient, denominator, numerator))?;
        Ok(quotient)
    }

    /// Constrains two elements to be equal.
    ///
    /// # Errors
    /// If the backend cannot lay it out.
    pub fn assert_equal(&mut self, label: Label, left: &B::Element, right: &B::Element) -> Built<B, ()> {
        laid_out::<B, _>(self.backend.assert_equal(label, left, right))
    }

    /// Returns the narrow hash of the backend's commitments, of three elements.
    ///
    /// # Errors
    /// If the backend cannot lay it out.
    pub fn hash_of_three(&mut self, label: Label, inputs: &[B::Element; 3]) -> Built<B, B::Element> {
        laid_out::<B, _>(self.backend.hash(label, inputs))
    }

    /// Returns the wide hash of the backend's commitments, of up to twelve elements with zeros
    /// behind them.
    ///
    /// # Errors
    /// If there are more elements.
    pub fn wide_hash(&mut self, label: Label, mut inputs: Vec<B::Element>) -> Built<B, B::Element> {
        if inputs.len() < HASH_INPUTS {
            inputs.resize(HASH_INPUTS, self.zero_element());
        }
        let inputs = exactly::<B, _, HASH_INPUTS>("hashed elements", inputs)?;
        laid_out::<B, _>(self.backend.hash(label, &inputs))
    }
}

/// A list as an array.
pub(crate) fn exactly<B: Instructions, T, const N: usize>(list: &'static str, items: Vec<T>) -> Built<B, [T; N]> {
    items.try_into().map_err(|items: Vec<T>| SynthesisError::Length { list, expected: N, found: items.len() })
}
